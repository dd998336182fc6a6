import { dataAddress } from 'gradus/board/series';
import type { LogGraph, LogGraphNode } from 'gradus/formats';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useFresh } from '../charts/use-fresh.ts';
import { allGroups, type Box, firstGroups, foldGraph, shapeText } from '../graph/fold-graph.ts';
import { type PlacedBox, placeBoxes } from '../graph/place-boxes.ts';
import { fetchJson } from '../shell/data.ts';
import { shownTags } from '../shell/selection.ts';
import { say } from '../shell/settings.ts';
import { Nothing } from './nothing.tsx';

/** More boxes at once are neither laid out in time nor read by anyone. */
const MOST_BOXES = 3000;

/** The network of a run. */
export function Graph() {
  const runs = [...new Set(shownTags('graph').map(({ run }) => run))];
  const [chosen, setChosen] = useState('');
  const run = runs.includes(chosen) ? chosen : runs[0];
  const address = run ? dataAddress('graph', { run }) : '';
  const graph = useFresh(address, [], () => fetchJson<LogGraph>(address), run !== undefined);
  if (!run) return <Nothing />;
  return (
    <article class="card large">
      <div class="bar">
        <label>
          {say('run')}
          <select value={run} onChange={(event) => setChosen(event.currentTarget.value)}>
            {runs.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      </div>
      {graph && <GraphView key={address} nodes={graph.nodes} />}
      {graph === null && <p class="nothing">{say('failed')}</p>}
    </article>
  );
}

interface View {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

function GraphView({ nodes }: { readonly nodes: readonly LogGraphNode[] }) {
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(() => firstGroups(nodes));
  const [selected, setSelected] = useState<string | null>(null);
  const [search, setSearch] = useState('');
  const svg = useRef<SVGSVGElement>(null);
  const { boxes, arrows } = useMemo(() => foldGraph(nodes, unfolded), [nodes, unfolded]);
  const tooMany = boxes.length > MOST_BOXES;
  const places = useMemo(
    () => (tooMany ? new Map<string, PlacedBox>() : placeBoxes({ boxes, arrows })),
    [boxes, arrows],
  );
  const width = Math.max(...[...places.values()].map((b) => b.x + b.width / 2), 100) + 24;
  const height = Math.max(...[...places.values()].map((b) => b.y + b.height), 100) + 24;
  const [view, setView] = useState<View>({ x: 0, y: 0, scale: 1 });
  const fit = (): void => {
    const { clientWidth, clientHeight } = svg.current as SVGSVGElement;
    const scale = Math.min(1.2, clientWidth / width, clientHeight / height);
    setView({ x: (clientWidth - width * scale) / 2, y: 0, scale });
  };
  useEffect(fit, [places]);
  const zoomBy = (factor: number, cx?: number, cy?: number): void =>
    setView(({ x, y, scale }) => {
      const { clientWidth, clientHeight } = svg.current as SVGSVGElement;
      const [px, py] = [cx ?? clientWidth / 2, cy ?? clientHeight / 2];
      const next = Math.min(4, Math.max(0.05, scale * factor));
      const ratio = next / scale;
      return { x: px - (px - x) * ratio, y: py - (py - y) * ratio, scale: next };
    });
  const toggle = (group: string): void => {
    const next = new Set(unfolded);
    if (!next.delete(group)) next.add(group);
    setUnfolded(next);
  };
  const activate = (box: Box): void => {
    if (box.node === null) toggle(box.id);
    setSelected(box.id);
  };
  const found = search === '' ? null : search.toLowerCase();
  const isFound = ({ id, node }: Box): boolean =>
    found !== null &&
    (id.toLowerCase().includes(found) || (node?.op.toLowerCase().includes(found) ?? false));
  const drag = useDrag(setView, zoomBy, svg);
  const current = boxes.find(({ id }) => id === selected) ?? null;
  return (
    <>
      <div class="bar">
        <button type="button" onClick={() => zoomBy(1.3)} aria-label={say('zoomIn')}>
          +
        </button>
        <button type="button" onClick={() => zoomBy(1 / 1.3)} aria-label={say('zoomOut')}>
          −
        </button>
        <button type="button" onClick={fit}>
          {say('fit')}
        </button>
        <button type="button" onClick={() => setUnfolded(allGroups(nodes))}>
          {say('expandAll')}
        </button>
        <button type="button" onClick={() => setUnfolded(new Set())}>
          {say('foldAll')}
        </button>
        <label>
          {say('search')}
          <input
            type="search"
            value={search}
            onInput={(event) => setSearch(event.currentTarget.value)}
          />
        </label>
        <span class="faint">
          {nodes.length} {say('operations')}
        </span>
      </div>
      <p class="faint">{say('graphKeys')}</p>
      <div class="graph">
        {/* biome-ignore lint/a11y/useSemanticElements: SVG has no fieldset */}
        <svg ref={svg} role="group" aria-label={say('graph')} {...drag}>
          <defs>
            <marker
              id="tip"
              viewBox="0 0 8 8"
              refX="7"
              refY="4"
              markerWidth="7"
              markerHeight="7"
              orient="auto"
            >
              <path d="M0 0 8 4 0 8z" class="tip" />
            </marker>
          </defs>
          <g transform={`translate(${view.x} ${view.y}) scale(${view.scale})`}>
            {groupFrames(boxes, places).map(({ group, x, y, w, h }) => (
              // biome-ignore lint/a11y/useSemanticElements: there are no buttons in SVG
              <g
                key={group}
                class="frame"
                role="button"
                tabindex={0}
                aria-label={`${say('fold')} ${group}`}
                onClick={() => toggle(group)}
                onKeyDown={(event) => pressed(event, () => toggle(group))}
              >
                <rect x={x} y={y} width={w} height={h} rx="8" />
                <text x={x + 8} y={y + 12}>
                  − {group}
                </text>
              </g>
            ))}
            {arrows.map((arrow) => (
              <ArrowLine
                key={`${arrow.from} ${arrow.to}`}
                from={places.get(arrow.from)}
                to={places.get(arrow.to)}
                label={arrow.label}
                marked={arrow.from === selected || arrow.to === selected}
              />
            ))}
            {boxes.map((box) => {
              const place = places.get(box.id);
              if (!place) return null;
              const kind = box.node === null ? 'group' : box.node.inputs.length ? 'op' : 'leaf';
              const name =
                box.node === null
                  ? `${say('unfold')} ${box.id}, ${box.size} ${say('operations')}`
                  : `${box.id}, ${box.node.op}, ${say('shape')} ${shapeText(box.node.shape)}`;
              return (
                // biome-ignore lint/a11y/useSemanticElements: there are no buttons in SVG
                <g
                  key={box.id}
                  class={`box ${kind} ${isFound(box) ? 'found' : ''} ${box.id === selected ? 'selected' : ''}`}
                  role="button"
                  tabindex={0}
                  aria-label={name}
                  onClick={() => activate(box)}
                  onKeyDown={(event) => pressed(event, () => activate(box))}
                >
                  <rect
                    x={place.x - place.width / 2}
                    y={place.y}
                    width={place.width}
                    height={place.height}
                    rx={kind === 'group' ? 8 : 16}
                  />
                  <text x={place.x} y={place.y + 21} text-anchor="middle">
                    {box.node === null ? `+ ${box.label}` : box.label}
                  </text>
                </g>
              );
            })}
          </g>
        </svg>
        {current && <Details box={current} nodes={nodes} />}
      </div>
    </>
  );
}

function pressed(event: KeyboardEvent, f: () => void): void {
  if (event.key !== 'Enter' && event.key !== ' ') return;
  event.preventDefault();
  f();
}

/** Frames around the boxes of unfolded groups that are directly in them. */
function groupFrames(boxes: readonly Box[], places: ReadonlyMap<string, PlacedBox>) {
  const frames = new Map<string, { x1: number; y1: number; x2: number; y2: number }>();
  for (const { id, parent } of boxes) {
    const place = places.get(id);
    if (!place || parent === '') continue;
    const frame = frames.get(parent) ?? { x1: 1e9, y1: 1e9, x2: -1e9, y2: -1e9 };
    frame.x1 = Math.min(frame.x1, place.x - place.width / 2 - 8);
    frame.x2 = Math.max(frame.x2, place.x + place.width / 2 + 8);
    frame.y1 = Math.min(frame.y1, place.y - 16);
    frame.y2 = Math.max(frame.y2, place.y + place.height + 8);
    frames.set(parent, frame);
  }
  return [...frames]
    .sort(([a], [b]) => a.split('/').length - b.split('/').length)
    .map(([group, { x1, y1, x2, y2 }]) => ({ group, x: x1, y: y1, w: x2 - x1, h: y2 - y1 }));
}

interface ArrowLineProps {
  readonly from: PlacedBox | undefined;
  readonly to: PlacedBox | undefined;
  readonly label: string;
  readonly marked: boolean;
}

function ArrowLine({ from, to, label, marked }: ArrowLineProps) {
  if (!from || !to) return null;
  const [x1, y1, x2, y2] = [from.x, from.y + from.height, to.x, to.y];
  const bend = Math.max(16, Math.abs(y2 - y1) / 2);
  return (
    <g class={marked ? 'arrow marked' : 'arrow'}>
      <path
        d={`M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`}
        marker-end="url(#tip)"
      />
      {label && (
        <text x={(x1 + x2) / 2} y={(y1 + y2) / 2 + 3} text-anchor="middle">
          {label}
        </text>
      )}
    </g>
  );
}

function Details({ box, nodes }: { readonly box: Box; readonly nodes: readonly LogGraphNode[] }) {
  const { node } = box;
  return (
    <aside aria-live="polite">
      <h4>{box.id}</h4>
      {node ? (
        <dl>
          <dt>op</dt>
          <dd>{node.op}</dd>
          <dt>{say('shape')}</dt>
          <dd>
            {shapeText(node.shape)} {node.dtype}
          </dd>
          <dt>{say('inputs')}</dt>
          <dd>
            {node.inputs.map((input) => (
              <div key={input}>
                {input} {shapeText(nodes.find(({ name }) => name === input)?.shape ?? null)}
              </div>
            ))}
          </dd>
          {Object.entries(node.attributes).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      ) : (
        <p>
          {box.size} {say('operations')}
        </p>
      )}
    </aside>
  );
}

/** Moving with the pointer and zooming with the wheel. */
function useDrag(
  setView: (change: (view: View) => View) => void,
  zoomBy: (factor: number, x: number, y: number) => void,
  svg: { readonly current: SVGSVGElement | null },
) {
  const start = useRef<{ x: number; y: number } | null>(null);
  const zoom = useRef(zoomBy);
  zoom.current = zoomBy;
  useEffect(() => {
    const element = svg.current as SVGSVGElement;
    // Preact's own listener would be passive, and the page would scroll.
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const { left, top } = element.getBoundingClientRect();
      zoom.current(event.deltaY < 0 ? 1.15 : 1 / 1.15, event.clientX - left, event.clientY - top);
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, []);
  return {
    onPointerDown: (event: PointerEvent) => {
      start.current = { x: event.clientX, y: event.clientY };
    },
    onPointerMove: (event: PointerEvent) => {
      const from = start.current;
      if (!from || event.buttons === 0) return;
      const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
      start.current = { x: event.clientX, y: event.clientY };
      setView(({ x, y, scale }) => ({ x: x + dx, y: y + dy, scale }));
    },
    onPointerUp: () => {
      start.current = null;
    },
  };
}
