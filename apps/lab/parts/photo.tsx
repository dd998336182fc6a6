import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { PlainError } from '../engine/plain-error.ts';
import { say } from '../shell/language.ts';
import { Button } from './controls.tsx';

const words = {
  file: { en: 'Open a picture', zh: '打开图片' },
  camera: { en: 'Use the camera', zh: '用相机' },
  snap: { en: 'Take the picture', zh: '拍照' },
  close: { en: 'Close', zh: '关闭' },
  view: { en: 'What the camera sees', zh: '相机画面' },
  none: { en: 'No camera was found on this device.', zh: '这台设备上没有找到相机。' },
  denied: {
    en: 'The camera is not allowed for this page. Allow it in the address bar, or open a picture instead.',
    zh: '此页面未获准使用相机。请在地址栏中允许，或改为打开图片。',
  },
  busy: {
    en: 'The camera could not be started; perhaps another program uses it.',
    zh: '无法启动相机，也许另一个程序正在使用它。',
  },
  insecure: {
    en: 'Browsers give the camera only to pages of this machine or with https. Open a picture instead.',
    zh: '浏览器只允许本机页面或 https 页面使用相机。请改为打开图片。',
  },
  notPicture: {
    en: '“{name}” is not a picture that this browser can read.',
    zh: '“{name}”不是此浏览器能读取的图片。',
  },
};

/** Longest side of a picture after it was read. */
const most = 512;

/** A picture out of a file, made small; a plain sentence where the file is none. */
export async function readPicture(file: Blob & { readonly name?: string }): Promise<ImageData> {
  try {
    // Only the width is asked for, so the proportions stay; a large photo is never held whole in the page.
    const bitmap = await createImageBitmap(file, { resizeWidth: most, resizeQuality: 'high' });
    return pixelsOf(bitmap, bitmap.width, bitmap.height);
  } catch {
    const name = file.name ?? '';
    throw new PlainError({
      en: words.notPicture.en.replace('{name}', name),
      zh: words.notPicture.zh.replace('{name}', name),
    });
  }
}

/** Pixels of something that can be drawn, its longest side made `most` at most. */
export function pixelsOf(source: CanvasImageSource, width: number, height: number): ImageData {
  const scale = Math.min(1, most / Math.max(width, height));
  const [w, h] = [width, height].map((side) => Math.max(1, Math.round(side * scale)));
  const context = new OffscreenCanvas(w, h).getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.imageSmoothingQuality = 'high';
  context.drawImage(source, 0, 0, w, h);
  return context.getImageData(0, 0, w, h);
}

function cameraError(error: unknown): PlainError {
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotFoundError' || name === 'OverconstrainedError')
    return new PlainError(words.none);
  if (name === 'NotAllowedError' || name === 'SecurityError') return new PlainError(words.denied);
  return new PlainError(words.busy);
}

/** What the camera gives; a plain sentence where there is none or it is not allowed. */
export async function openCamera(): Promise<MediaStream> {
  if (!navigator.mediaDevices) throw new PlainError(words.insecure);
  try {
    return await navigator.mediaDevices.getUserMedia({
      video: { facingMode: 'environment', width: { ideal: 1280 } },
    });
  } catch (error) {
    throw cameraError(error);
  }
}

/** Buttons that get a picture from a file or from the camera. */
export function Photo({
  onPicture,
  onError,
}: {
  readonly onPicture: (pixels: ImageData) => void;
  readonly onError: (error: Error | null) => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  const stream = useSignal<MediaStream | null>(null);
  const open = async (files: FileList | null): Promise<void> => {
    const file = files?.[0];
    if (!file) return;
    onError(null);
    try {
      onPicture(await readPicture(file));
    } catch (error) {
      onError(error as Error);
    }
  };
  const start = async (): Promise<void> => {
    onError(null);
    try {
      stream.value = await openCamera();
    } catch (error) {
      onError(error as Error);
    }
  };
  return (
    <>
      <input
        ref={input}
        class="hidden"
        type="file"
        accept="image/*"
        tabIndex={-1}
        aria-label={say(words.file)}
        onChange={({ currentTarget }) => {
          void open(currentTarget.files);
          currentTarget.value = '';
        }}
      />
      <Button onClick={() => input.current?.click()}>{say(words.file)}</Button>
      <Button onClick={() => void start()}>{say(words.camera)}</Button>
      {stream.value && (
        <Camera
          stream={stream.value}
          onSnap={onPicture}
          onClose={() => {
            stream.value = null;
          }}
        />
      )}
    </>
  );
}

/** What the camera sees, in a window of its own. */
function Camera({
  stream,
  onSnap,
  onClose,
}: {
  readonly stream: MediaStream;
  readonly onSnap: (pixels: ImageData) => void;
  readonly onClose: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const ready = useSignal(false);
  useEffect(() => {
    dialog.current?.showModal();
    if (video.current) video.current.srcObject = stream;
    return () => {
      for (const track of stream.getTracks()) track.stop();
    };
  }, [stream]);
  return (
    <dialog ref={dialog} class="camera" onClose={onClose} aria-label={say(words.view)}>
      <video
        ref={video}
        autoPlay
        muted
        playsInline
        onLoadedData={() => {
          ready.value = true;
        }}
      />
      <div class="row">
        <Button
          kind="main"
          disabled={!ready.value}
          onClick={() => {
            const { current } = video;
            if (current) onSnap(pixelsOf(current, current.videoWidth, current.videoHeight));
            dialog.current?.close();
          }}
        >
          {say(words.snap)}
        </Button>
        <Button onClick={() => dialog.current?.close()}>{say(words.close)}</Button>
      </div>
    </dialog>
  );
}
