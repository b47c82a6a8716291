import { useLocation } from '@tanstack/react-router';
import { useEffect } from 'react';
import { identityOf } from './identity.ts';
import { bringBack } from './kept-text.ts';

/** Puts back what was typed before a session ended, for whoever it belongs to. */
export function useBringBack(me: unknown): void {
  const { pathname } = useLocation();
  const who = identityOf(me);
  useEffect(() => {
    if (who) bringBack({ who, path: pathname });
  }, [who, pathname]);
}
