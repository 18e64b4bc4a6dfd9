import { useEffect, useRef, useState } from 'preact/hooks';

/** The width of an element in CSS pixels, as it changes; `usual` until it is known. */
export function useWidth<Of extends HTMLElement>(usual: number) {
  const element = useRef<Of>(null);
  const [width, setWidth] = useState(usual);
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => setWidth(Math.round(entry!.contentRect.width)));
    watch.observe(element.current!);
    return () => watch.disconnect();
  }, []);
  return { element, width };
}
