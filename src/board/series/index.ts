export { dataAddress, SHOWN_STEPS, STATIC_POINTS, type StaticData } from './address.ts';
export type { HparamRun, RunList, RunSummary, Shown } from './answers.ts';
export { chooseExtremes, pick } from './downsample.ts';
export { decodePacket, encodePacket, type Packet } from './packet.ts';
export { positionsOf, type Series, type SeriesAxis, sliceSeries } from './series.ts';
export { smooth } from './smooth.ts';
