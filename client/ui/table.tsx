import { type ReactNode, useId } from 'react';
import { cx } from './cx.ts';
import styles from './table.module.css';

export type Column<Row> = {
  /** Unique in the table. */
  key: string;
  head: ReactNode;
  cell: (row: Row) => ReactNode;
  /** Figures: to the right, of equal width. */
  numeric?: boolean;
  /** Names the row; one column of the table. */
  rowHead?: boolean;
};

type TableProps<Row> = {
  /** What the table lists; read first by screen readers. */
  caption: ReactNode;
  /** The words are above the table already, as its panel's title. */
  captionHidden?: boolean;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
};

/** Rows of one kind. Too wide for a phone, it scrolls inside itself, also by keyboard. */
export function Table<Row>({
  caption,
  captionHidden = false,
  columns,
  rows,
  rowKey,
}: TableProps<Row>) {
  const captionId = useId();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
    <div className={styles.scroll} role="group" aria-labelledby={captionId} tabIndex={0}>
      <table className={styles.table}>
        <caption id={captionId} className={cx(styles.caption, captionHidden && styles.hidden)}>
          {caption}
        </caption>
        <thead>
          <tr>
            {columns.map(({ key, head, numeric }) => (
              <th key={key} scope="col" className={cx(numeric && styles.num)}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map(({ key, cell, numeric, rowHead }) =>
                rowHead ? (
                  <th key={key} scope="row" className={cx(styles.rowHead, numeric && styles.num)}>
                    {cell(row)}
                  </th>
                ) : (
                  <td key={key} className={cx(numeric && styles.num)}>
                    {cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
