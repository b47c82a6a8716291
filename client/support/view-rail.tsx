import { Link, useLocation } from '@tanstack/react-router';
import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import type { Outputs } from '../lib/trpc.ts';
import { Button } from '../ui/button.tsx';
import { cx } from '../ui/cx.ts';
import { uiText } from '../ui/messages.ts';
import { Navigation } from '../ui/shell/navigation.tsx';
import plain from '../ui/shell/plain-frame.module.css';
import styles from '../ui/shell/rail.module.css';
import { sections } from '../ui/shell/sections.ts';
import frame from './view-frame.module.css';

type View = NonNullable<Outputs['support']['view']['view']>;

/** Pages that support may view, with the chapter that has to be in scope; null: any. */
const needs: Readonly<Record<string, string | null>> = {
  '/': null,
  '/data': null,
  '/communication': 'choices',
  '/requests': 'records',
};

/** The customer's way around, as far as this view goes. */
export function ViewRail({ view: { scope } }: { view: View }) {
  const intl = useIntl();
  const { pathname } = useLocation();
  const [openAt, setOpenAt] = useState<string | null>(null);
  const open = openAt === pathname;
  const groups = sections.flatMap((group) => {
    const entries = group.entries.filter(({ to }) => {
      const chapter = needs[to];
      return chapter === null || (chapter !== undefined && scope.includes(chapter));
    });
    return entries.length === 0 ? [] : [{ ...group, entries }];
  });
  return (
    <header className={cx(styles.rail, frame.rail, open && styles.open)}>
      <Link to="/" className={plain.brand}>
        <FormattedMessage {...uiText.product} />
      </Link>
      <div className={styles.toggle}>
        <Button
          aria-expanded={open}
          aria-controls="menu"
          onClick={() => setOpenAt(open ? null : pathname)}
        >
          {intl.formatMessage(uiText.menu)}
        </Button>
      </div>
      <div id="menu" className={styles.menu}>
        <Navigation unread={0} groups={groups} />
      </div>
    </header>
  );
}
