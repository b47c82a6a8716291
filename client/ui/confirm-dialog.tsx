import { type ReactNode, useState } from 'react';
import { isCancelled } from '../lib/cancelled.ts';
import { refusalSentence } from '../lib/refusal-text.ts';
import { Button } from './button.tsx';
import { LazyDialog } from './lazy-dialog.tsx';
import { Notice } from './notice.tsx';

type ConfirmDialogProps = {
  /** Names the object: "End the session on Firefox on Linux". */
  title: string;
  /** What follows from it. */
  children: ReactNode;
  /** A verb: "End session". */
  confirm: string;
  danger?: boolean;
  /** Words of the button that leaves all as it is, where "Cancel" could be taken for the act. */
  closeLabel?: string;
  /** The dialog closes when it succeeds; a refusal is shown in it. */
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
};

/** One question before an act that names its object. */
export function ConfirmDialog({
  title,
  children,
  confirm,
  danger = false,
  closeLabel,
  onConfirm,
  onClose,
}: ConfirmDialogProps) {
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function act() {
    setPending(true);
    setProblem(null);
    try {
      await onConfirm();
      onClose();
    } catch (error) {
      if (!isCancelled(error)) setProblem(refusalSentence(error));
    } finally {
      setPending(false);
    }
  }

  return (
    <LazyDialog
      title={title}
      onClose={onClose}
      locked={pending}
      {...(closeLabel === undefined ? {} : { closeLabel })}
      action={
        <Button look={danger ? 'danger' : 'primary'} pending={pending} onClick={act}>
          {confirm}
        </Button>
      }
    >
      <div role="alert">{problem && <Notice tone="bad">{problem}</Notice>}</div>
      {children}
    </LazyDialog>
  );
}
