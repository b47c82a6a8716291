import { type ReactNode, useEffect, useRef } from 'react';
import { titleOf } from '../lib/document-title.ts';
import { hasNavigated } from '../lib/navigation.ts';
import styles from './page-head.module.css';

type PageHeadProps = {
  /** The job of the page: "Take a copy". Also the document's title. */
  title: string;
  /** One sentence: what happens here. */
  lede?: ReactNode;
  /** State of this page's object, beside the heading. */
  tag?: ReactNode;
  /** A link one level up, or which step this is. */
  back?: ReactNode;
};

/** Heading of a page. Sets the title and, after a change of page, takes the focus so that it is read. */
export function PageHead({ title, lede, tag, back }: PageHeadProps) {
  const heading = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    document.title = titleOf(title);
  }, [title]);

  useEffect(() => {
    if (!hasNavigated() || document.activeElement?.closest('main, dialog, [role="dialog"]')) return;
    heading.current?.focus({ preventScroll: true });
  }, []);

  return (
    <header className={styles.head}>
      {back && <div className={styles.back}>{back}</div>}
      <div className={styles.top}>
        <h1 tabIndex={-1} ref={heading}>
          {unbroken(title)}
        </h1>
        {tag}
      </div>
      {lede && <p className={styles.lede}>{lede}</p>}
    </header>
  );
}

/** The title with "e-mail" kept on one line: browsers break at its hyphen. */
function unbroken(title: string): ReactNode {
  return title.split(/(e-mail)/i).map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of one sentence never change places
      <span key={index} className={styles.word}>
        {part}
      </span>
    ),
  );
}
