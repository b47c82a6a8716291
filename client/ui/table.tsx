import { type ReactNode, useId, useRef } from 'react';
import { cx } from './cx.ts';
import styles from './table.module.css';
import { useScrolls } from './use-scrolls.ts';

export type Column<Row> = {
  /** Unique in the table. */
  key: string;
  /** Above the column; beside each value where rows stand as cards. */
  head: string;
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
  /** One of several tables under one another: columns of the same width in each. */
  even?: boolean;
  /** The first of them has said what the columns are. */
  headHidden?: boolean;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
};

/** More columns than stand beside one another on a page: then each row is a card at any width. */
const MANY_COLUMNS = 7;

/** Said once more, because browsers take a table whose parts are laid out as cards for something else. */
const roles = {
  table: { role: 'table' },
  group: { role: 'rowgroup' },
  row: { role: 'row' },
  head: { role: 'columnheader' },
  rowHead: { role: 'rowheader' },
  cell: { role: 'cell' },
};

/** Rows of one kind. On a phone each row is a card with its labels; what is still too wide scrolls in itself. */
export function Table<Row>({
  caption,
  captionHidden = false,
  even = false,
  headHidden = false,
  columns,
  rows,
  rowKey,
}: TableProps<Row>) {
  const captionId = useId();
  const box = useRef<HTMLDivElement>(null);
  const scrolls = useScrolls(box);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls
    <div
      className={styles.scroll}
      role="group"
      aria-labelledby={captionId}
      tabIndex={scrolls ? 0 : undefined}
      ref={box}
    >
      <table
        {...roles.table}
        className={cx(
          styles.table,
          columns.length > MANY_COLUMNS ? styles.records : styles.lines,
          even && styles.even,
        )}
      >
        <caption id={captionId} className={cx(styles.caption, captionHidden && styles.hidden)}>
          {caption}
        </caption>
        <thead {...roles.group} className={cx(headHidden && styles.hidden)}>
          <tr {...roles.row}>
            {columns.map(({ key, head, numeric }) => (
              <th key={key} {...roles.head} scope="col" className={cx(numeric && styles.num)}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody {...roles.group}>
          {rows.map((row) => (
            <tr key={rowKey(row)} {...roles.row}>
              {columns.map(({ key, head, cell, numeric, rowHead }) =>
                rowHead ? (
                  <th
                    key={key}
                    {...roles.rowHead}
                    scope="row"
                    data-label={head}
                    className={cx(styles.rowHead, numeric && styles.num)}
                  >
                    {cell(row)}
                  </th>
                ) : (
                  <td
                    key={key}
                    {...roles.cell}
                    data-label={head}
                    className={cx(numeric && styles.num)}
                  >
                    {/* One box, so that a value of several parts stays together beside its label. */}
                    <div>{cell(row)}</div>
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
