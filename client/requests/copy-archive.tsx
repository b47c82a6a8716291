import { useEffect, useState } from 'react';
import { useIntl } from 'react-intl';
import { isCancelled } from '../lib/cancelled.ts';
import { formatBytes, formatDateTime, formatRelative } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { refusalSentence } from '../lib/refusal-text.ts';
import { useStepUp } from '../lib/step-up.tsx';
import { trpc } from '../lib/trpc.ts';
import { CoolDown, useCoolDown } from '../security/cool-down.tsx';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { Fact, Facts } from '../ui/facts.tsx';
import { Notice } from '../ui/notice.tsx';
import { Panel } from '../ui/panel.tsx';
import { Row } from '../ui/text.tsx';
import styles from './copy-archive.module.css';
import type { RequestView } from './request-text.ts';

const text = defineMessages({
  title: { id: 'archive.title', defaultMessage: 'Your copy' },
  size: { id: 'archive.size', defaultMessage: 'Size' },
  hash: { id: 'archive.hash', defaultMessage: 'SHA-256' },
  snapshot: { id: 'archive.snapshot', defaultMessage: 'As of' },
  expires: { id: 'archive.expires', defaultMessage: 'Can be downloaded until' },
  expiresAt: { id: 'archive.expiresAt', defaultMessage: '{date} ({relative})' },
  downloads: { id: 'archive.downloads', defaultMessage: 'Downloads' },
  downloaded: { id: 'archive.downloaded', defaultMessage: '{count}, last on {when}' },
  never: { id: 'archive.never', defaultMessage: 'Not downloaded yet' },
  download: { id: 'archive.download', defaultMessage: 'Download' },
  delete: { id: 'archive.delete', defaultMessage: 'Delete this copy now' },
  deleteText: {
    id: 'archive.deleteText',
    defaultMessage: 'The archive and its key are deleted at once. You can start a new copy.',
  },
  asked: { id: 'archive.asked', defaultMessage: 'You deleted this copy on {when}.' },
  expired: { id: 'archive.expired', defaultMessage: 'This copy expired on {when}.' },
  account_deleted: {
    id: 'archive.account_deleted',
    defaultMessage: 'This copy was deleted with the account on {when}.',
  },
});

const LOOK_MS = 2_000;
const LOOK_FOR_MS = 60_000;

type Archive = NonNullable<RequestView['archive']>;

/** A finished copy: what it is, how to have it, how to be rid of it. */
export function CopyArchive({
  view,
  archive,
  onMoved,
}: {
  view: RequestView;
  archive: Archive;
  onMoved: () => unknown;
}) {
  const intl = useIntl();
  const withStepUp = useStepUp();
  const prepare = trpc.requests.prepareDownload.useMutation();
  const remove = trpc.requests.deleteCopy.useMutation();
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const coolDown = useCoolDown();
  const { reference } = view;
  /** How many there were when one was begun here; the browser does not tell when it is done. */
  const [begun, setBegun] = useState<number | null>(null);
  const awaited = begun !== null && archive.downloads <= begun;
  useEffect(() => {
    if (!awaited) return;
    const look = setInterval(() => void onMoved(), LOOK_MS);
    const enough = setTimeout(() => setBegun(null), LOOK_FOR_MS);
    return () => {
      clearInterval(look);
      clearTimeout(enough);
    };
  }, [awaited, onMoved]);

  async function download() {
    setProblem(null);
    try {
      const { href } = await withStepUp('ordinary', () => prepare.mutateAsync({ reference }));
      setBegun(archive.downloads);
      window.location.assign(href);
    } catch (error) {
      if (!isCancelled(error)) setProblem(refusalSentence(error));
    }
  }

  if (archive.deletedAt) {
    return (
      <Notice>
        {intl.formatMessage(text[archive.deletedBecause ?? 'expired'], {
          when: formatDateTime(archive.deletedAt),
        })}
      </Notice>
    );
  }
  return (
    <Panel title={intl.formatMessage(text.title)}>
      <div className={styles.acts}>
        {coolDown && <CoolDown closed={coolDown} />}
        <div role="alert">{problem && <Notice tone="bad">{problem}</Notice>}</div>
        <Row>
          {!coolDown && (
            <Button look="primary" pending={prepare.isPending} onClick={download}>
              {intl.formatMessage(text.download)}
            </Button>
          )}
          <Button look="quiet-danger" onClick={() => setAsking(true)}>
            {intl.formatMessage(text.delete)}
          </Button>
        </Row>
      </div>
      <Facts>
        <Fact name={intl.formatMessage(text.size)} value={formatBytes(archive.plainBytes)} />
        <Fact name={intl.formatMessage(text.snapshot)} value={formatDateTime(archive.snapshotAt)} />
        <Fact
          name={intl.formatMessage(text.expires)}
          value={intl.formatMessage(text.expiresAt, {
            date: formatDateTime(archive.expiresAt),
            relative: formatRelative(archive.expiresAt),
          })}
        />
        <Fact name={intl.formatMessage(text.hash)} value={<code>{archive.sha256}</code>} />
        <Fact
          name={intl.formatMessage(text.downloads)}
          value={
            archive.lastDownloadAt
              ? intl.formatMessage(text.downloaded, {
                  count: archive.downloads,
                  when: formatDateTime(archive.lastDownloadAt),
                })
              : intl.formatMessage(text.never)
          }
        />
      </Facts>
      {asking && (
        <ConfirmDialog
          title={intl.formatMessage(text.delete)}
          confirm={intl.formatMessage(text.delete)}
          danger
          onClose={() => setAsking(false)}
          onConfirm={async () => {
            await remove.mutateAsync({ reference });
            await onMoved();
          }}
        >
          <p>{intl.formatMessage(text.deleteText)}</p>
        </ConfirmDialog>
      )}
    </Panel>
  );
}
