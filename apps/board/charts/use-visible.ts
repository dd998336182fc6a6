import { useEffect, useRef, useState } from 'preact/hooks';

/** Whether an element is on the screen or near it: what is far away is neither loaded nor drawn. */
export function useVisible<T extends Element>() {
  const ref = useRef<T>(null);
  const [visible, setVisible] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => setVisible(entry.isIntersecting), {
      rootMargin: '300px',
    });
    observer.observe(ref.current as T);
    return () => observer.disconnect();
  }, []);
  return [ref, visible] as const;
}
