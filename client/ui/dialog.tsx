import type { ReactNode } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useIntl } from 'react-intl';
import { Button } from './button.tsx';
import styles from './dialog.module.css';
import { uiText } from './messages.ts';

export type DialogProps = {
  title: ReactNode;
  /** Escape, the backdrop and the Cancel button. */
  onClose: () => void;
  /** An act is under way: closing now would hide its outcome. */
  locked?: boolean;
  /** Words of the button that closes it. */
  closeLabel?: string;
  /** Beside the button that closes it: what the dialog is for. */
  action?: ReactNode;
  /** The content has a button of its own that closes it. */
  ownClose?: boolean;
  children: ReactNode;
};

/** Open as long as it is rendered. Keeps the focus inside and gives it back to what opened it. */
export function Dialog({
  title,
  onClose,
  locked = false,
  closeLabel,
  action,
  ownClose = false,
  children,
}: DialogProps) {
  const intl = useIntl();
  return (
    <ModalOverlay
      className={styles.overlay ?? ''}
      isOpen
      isDismissable={!locked}
      isKeyboardDismissDisabled={locked}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Modal className={styles.modal ?? ''}>
        <AriaDialog className={styles.dialog ?? ''}>
          <Heading slot="title" level={2} className={styles.title ?? ''}>
            {title}
          </Heading>
          {children}
          {!ownClose && (
            <div className={styles.actions}>
              {action}
              <Button onClick={onClose} disabled={locked}>
                {closeLabel ?? intl.formatMessage(uiText.cancel)}
              </Button>
            </div>
          )}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
