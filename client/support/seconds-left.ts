import { useEffect, useRef, useState } from 'react';
import { serverNow } from '../lib/contact.ts';

const TICK_MS = 1_000;

/** Whole seconds until a moment by the server's clock; at its end `onOver` does not wait for an answer. */
export function useSecondsLeft(notAfter: string, onOver: () => void): number {
  const [seconds, setSeconds] = useState(() => secondsUntil(notAfter));
  const over = useRef(onOver);
  useEffect(() => {
    over.current = onOver;
  });
  useEffect(() => {
    const tick = () => {
      const left = secondsUntil(notAfter);
      setSeconds(left);
      if (left > 0) return;
      clearInterval(timer);
      over.current();
    };
    const timer = setInterval(tick, TICK_MS);
    tick();
    return () => clearInterval(timer);
  }, [notAfter]);
  return seconds;
}

function secondsUntil(moment: string): number {
  return Math.max(0, Math.ceil((Date.parse(moment) - serverNow()) / 1_000));
}

/** "12:40". */
export function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
