// Read by the type checker alone: each line that is marked must not compile.
import { createPortalClient, type OutputOf } from './index.ts';

const common = {
  url: 'http://127.0.0.1:3001',
  service: 'scheduler',
  key: { kid: 'scheduler-1', privateKeyPem: '' },
} as const;

const scheduler = createPortalClient({
  ...common,
  scopes: ['usage.report', 'events.since'],
  purpose: 'provide_compute',
});

const row = {
  key: 'pod-1',
  subjectId: '',
  gpuType: null,
  gpuCount: 0,
  milliGpu: 0,
  cpuMilli: 1,
  memoryMib: 1,
  dataCentre: 'elsewhere' as const,
  image: null,
  qualityOfService: null,
  startedAt: '',
  endedAt: '',
  bytesIn: 0,
  bytesOut: 0,
};

export const report: Promise<OutputOf<'usage.report'>> = scheduler.usage.report({ rows: [row] });
export const events = scheduler.events.since({});

// @ts-expect-error a room outside the declared scopes
scheduler.account.lookup({ account: { subjectId: '' }, fields: ['account.email'] });
// @ts-expect-error another procedure of no declared scope
scheduler.usage.delete({});
// @ts-expect-error rows are what the contract says
scheduler.usage.report({ rows: [{ ...row, gpuCount: 'two' }] });
// @ts-expect-error a row without a key
scheduler.usage.report({ rows: [{ ...row, key: undefined }] });
// @ts-expect-error an input that is none
scheduler.usage.report([row]);

// @ts-expect-error a scope that the contract does not have
createPortalClient({ ...common, scopes: ['usage.delete'], purpose: 'provide_compute' });
// @ts-expect-error a purpose that nobody may state
createPortalClient({ ...common, scopes: ['usage.report'], purpose: 'curiosity' });
// @ts-expect-error a client without a purpose
createPortalClient({ ...common, scopes: ['usage.report'] });

const mailer = createPortalClient({
  ...common,
  scopes: ['consent.mayContact'],
  purpose: 'marketing',
});
// @ts-expect-error of one room only what was declared
mailer.consent.mayContactMany({ questions: [] });
// @ts-expect-error a topic that does not exist
mailer.consent.mayContact({ subjectId: '', topic: 'gossip', channel: 'email' });
