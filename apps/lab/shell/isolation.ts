/** Whether threads may share memory here. */
export const isolation = { isolated: globalThis.crossOriginIsolated === true };

/**
 * Where the server sends no isolation headers (static hosts), a service worker adds them: the page is then loaded once
 * more through it. True where that is about to happen.
 */
export async function isolate(): Promise<boolean> {
  if (isolation.isolated || !('serviceWorker' in navigator) || !isSecureContext) return false;
  const again = 'gradus-isolating';
  try {
    // Once is enough: where it does not help, the page runs with one thread.
    if (sessionStorage.getItem(again)) return false;
    await navigator.serviceWorker.register('./service-worker.js');
    await navigator.serviceWorker.ready;
    sessionStorage.setItem(again, '1');
    location.reload();
    return true;
  } catch {
    return false;
  }
}
