import styles from './progress.module.css';

type ProgressProps = {
  /** What advances; read aloud. */
  label: string;
  /** Parts done; leave out when the share is not known. */
  value?: number;
  max: number;
};

/** How far something is: real shares only, the figure in words stands beside it. */
export function Progress({ label, value, max }: ProgressProps) {
  return <progress className={styles.progress} aria-label={label} value={value} max={max} />;
}
