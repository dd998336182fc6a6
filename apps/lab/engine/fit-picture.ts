/** The middle of a picture in the proportions of a size, made that size, on white where it is transparent. */
export function fitPicture(picture: ImageData, height: number, width: number): ImageData {
  const sheet = new OffscreenCanvas(picture.width, picture.height);
  sheet.getContext('2d')?.putImageData(picture, 0, 0);
  const scale = Math.min(picture.width / width, picture.height / height);
  const [w, h] = [width * scale, height * scale];
  const context = new OffscreenCanvas(width, height).getContext(
    '2d',
  ) as OffscreenCanvasRenderingContext2D;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  const [x, y] = [(picture.width - w) / 2, (picture.height - h) / 2];
  context.drawImage(sheet, x, y, w, h, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

/** Its points without opacity, from 0 to 255, channels last; grey as television has it (ITU-R BT.601). */
export function pointsOf({ data }: ImageData, channels: number): Float32Array {
  const count = data.length / 4;
  const points = new Float32Array(count * channels);
  for (let i = 0; i < count; i++) {
    const color = data.subarray(4 * i, 4 * i + 3);
    if (channels === 3) points.set(color, 3 * i);
    else points[i] = 0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2];
  }
  return points;
}
