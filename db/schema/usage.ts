import { bigint, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { erasedWithSubject } from '../data-map/define.ts';
import { moment, sealed, subjectId } from './column.ts';

/** One rental of GPUs (or of a machine without one). Partitioned by month on `started_at`. */
export const gpuSession = pgTable(
  'gpu_session',
  {
    id: uuid('id').notNull(),
    subjectId: subjectId(),
    gpuType: text('gpu_type'),
    gpuCount: integer('gpu_count').notNull(),
    milliGpu: integer('milli_gpu').notNull(),
    cpuMilli: integer('cpu_milli').notNull(),
    memoryMib: integer('memory_mib').notNull(),
    dataCentre: text('data_centre', { enum: ['frankfurt', 'oregon', 'elsewhere'] }).notNull(),
    image: text('image'),
    qualityOfService: text('quality_of_service'),
    startedAt: moment('started_at').notNull(),
    endedAt: moment('ended_at'),
    gpuSeconds: bigint('gpu_seconds', { mode: 'number' }).notNull(),
    bytesIn: bigint('bytes_in', { mode: 'number' }).notNull(),
    bytesOut: bigint('bytes_out', { mode: 'number' }).notNull(),
    sourceSystem: text('source_system').notNull(),
    sourceKey: text('source_key'),
  },
  (t) => [primaryKey({ columns: [t.subjectId, t.startedAt, t.id] })],
);

export const gpuSessionEntry = erasedWithSubject(gpuSession, {
  title: 'GPU sessions',
  about: 'Each time you rented GPUs: what, where, from when to when.',
  section: 'usage',
  subject: 'subjectId',
  source: 'observed',
  purposes: ['provide_compute', 'billing'],
  recipients: ['frankfurt', 'oregon'],
  retention: { period: 'P24M', from: 'endedAt' },
  order: 'startedAt',
  columns: {
    id: { kind: 'technical', label: 'Session id' },
    subjectId: { kind: 'technical', label: 'Account id' },
    startedAt: { kind: 'personal', label: 'Started', category: 'user.telemetry', mask: 'shown' },
    endedAt: { kind: 'personal', label: 'Ended', category: 'user.telemetry', mask: 'shown' },
    gpuType: { kind: 'personal', label: 'GPU', category: 'user.telemetry', mask: 'shown' },
    gpuCount: { kind: 'personal', label: 'GPUs', category: 'user.telemetry', mask: 'shown' },
    milliGpu: {
      kind: 'personal',
      label: 'Share of a GPU (thousandths)',
      category: 'user.telemetry',
      mask: 'shown',
    },
    gpuSeconds: {
      kind: 'personal',
      label: 'GPU seconds',
      category: 'user.telemetry',
      source: 'derived',
      mask: 'shown',
    },
    cpuMilli: {
      kind: 'personal',
      label: 'CPU (thousandths of a core)',
      category: 'user.telemetry',
      mask: 'shown',
    },
    memoryMib: {
      kind: 'personal',
      label: 'Memory (MiB)',
      category: 'user.telemetry',
      mask: 'shown',
    },
    dataCentre: {
      kind: 'personal',
      label: 'Data centre',
      category: 'user.location.imprecise',
      mask: 'shown',
    },
    image: { kind: 'personal', label: 'Image', category: 'user.telemetry' },
    qualityOfService: {
      kind: 'personal',
      label: 'Service class',
      category: 'user.telemetry',
      mask: 'shown',
    },
    bytesIn: { kind: 'personal', label: 'Bytes in', category: 'user.telemetry', mask: 'shown' },
    bytesOut: { kind: 'personal', label: 'Bytes out', category: 'user.telemetry', mask: 'shown' },
    sourceSystem: {
      kind: 'personal',
      label: 'Reported by',
      category: 'system.operations',
      mask: 'shown',
    },
    sourceKey: {
      kind: 'personal',
      label: 'Name at the reporter',
      category: 'user.unique_id.pseudonymous',
    },
  },
});

/** Which report made which row, so that the same report never makes two. */
export const ingestKey = pgTable(
  'ingest_key',
  {
    sender: text('sender').notNull(),
    key: text('key').notNull(),
    subjectId: subjectId(),
    /** Hash of what was reported: the same key with other content is not the same report. */
    contentHash: text('content_hash').notNull(),
    receivedAt: moment('received_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.sender, t.key] }), index('ingest_key_subject').on(t.subjectId)],
);

export const ingestKeyEntry = erasedWithSubject(ingestKey, {
  title: 'Reports received',
  about: 'Names of usage reports already taken over, so that none is counted twice.',
  section: 'usage',
  subject: 'subjectId',
  source: 'observed',
  purposes: ['provide_compute'],
  recipients: [],
  retention: { period: 'P24M', from: 'receivedAt' },
  order: 'receivedAt',
  columns: {
    sender: { kind: 'technical', label: 'Sender' },
    key: {
      kind: 'pseudonymous',
      label: 'Name at the sender',
      category: 'user.unique_id.pseudonymous',
    },
    subjectId: { kind: 'technical', label: 'Account id' },
    contentHash: { kind: 'technical', label: 'Hash of the report' },
    receivedAt: { kind: 'personal', label: 'Received', category: 'user.telemetry', mask: 'shown' },
  },
});

export const volume = pgTable(
  'volume',
  {
    id: uuid('id').primaryKey(),
    subjectId: subjectId(),
    label: sealed('label').notNull(),
    sizeGib: integer('size_gib').notNull(),
    dataCentre: text('data_centre', { enum: ['frankfurt', 'oregon', 'elsewhere'] }).notNull(),
    createdAt: moment('created_at').notNull(),
    removedAt: moment('removed_at'),
  },
  (t) => [index('volume_subject').on(t.subjectId)],
);

export const volumeEntry = erasedWithSubject(volume, {
  title: 'Volumes',
  about: 'Disks you rented, with the names you gave them.',
  section: 'usage',
  subject: 'subjectId',
  source: 'given',
  purposes: ['provide_compute', 'billing'],
  recipients: ['frankfurt', 'oregon'],
  retention: { period: 'P90D', from: 'removedAt' },
  order: 'createdAt',
  columns: {
    id: { kind: 'technical', label: 'Volume id' },
    subjectId: { kind: 'technical', label: 'Account id' },
    label: {
      kind: 'personal',
      label: 'Name',
      category: 'user.content.private',
      storage: 'sealed',
      recipients: [],
    },
    sizeGib: { kind: 'personal', label: 'Size (GiB)', category: 'user.telemetry', mask: 'shown' },
    dataCentre: {
      kind: 'personal',
      label: 'Data centre',
      category: 'user.location.imprecise',
      mask: 'shown',
    },
    createdAt: {
      kind: 'personal',
      label: 'Created',
      category: 'user.telemetry',
      source: 'observed',
      mask: 'shown',
    },
    removedAt: {
      kind: 'personal',
      label: 'Removed',
      category: 'user.telemetry',
      source: 'observed',
      mask: 'shown',
    },
  },
});

/** Calls of the compute API. Partitioned by month on `used_at`. */
export const apiUsage = pgTable(
  'api_usage',
  {
    id: uuid('id').notNull(),
    subjectId: subjectId(),
    apiKeyId: uuid('api_key_id'),
    method: text('method').notNull(),
    route: text('route').notNull(),
    status: integer('status').notNull(),
    bytes: bigint('bytes', { mode: 'number' }).notNull(),
    usedAt: moment('used_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.subjectId, t.usedAt, t.id] })],
);

export const apiUsageEntry = erasedWithSubject(apiUsage, {
  title: 'API usage',
  about: 'Calls your programs made to our API.',
  section: 'usage',
  subject: 'subjectId',
  source: 'observed',
  purposes: ['provide_compute', 'platform_security'],
  recipients: [],
  retention: { period: 'P13M', from: 'usedAt' },
  order: 'usedAt',
  columns: {
    id: { kind: 'technical', label: 'Call id' },
    subjectId: { kind: 'technical', label: 'Account id' },
    usedAt: { kind: 'personal', label: 'When', category: 'user.behavior', mask: 'shown' },
    apiKeyId: { kind: 'technical', label: 'API key' },
    method: { kind: 'personal', label: 'Method', category: 'user.behavior', mask: 'shown' },
    route: { kind: 'personal', label: 'Route', category: 'user.behavior', mask: 'shown' },
    status: { kind: 'personal', label: 'Status', category: 'user.behavior', mask: 'shown' },
    bytes: { kind: 'personal', label: 'Bytes', category: 'user.behavior', mask: 'shown' },
  },
});

export const sshKey = pgTable(
  'ssh_key',
  {
    id: uuid('id').primaryKey(),
    subjectId: subjectId(),
    label: sealed('label').notNull(),
    fingerprint: text('fingerprint').notNull(),
    createdAt: moment('created_at').notNull(),
    lastUsedAt: moment('last_used_at'),
    revokedAt: moment('revoked_at'),
  },
  (t) => [index('ssh_key_subject').on(t.subjectId)],
);

export const sshKeyEntry = erasedWithSubject(sshKey, {
  title: 'SSH keys',
  about: 'Public keys that open your machines.',
  section: 'usage',
  subject: 'subjectId',
  source: 'given',
  purposes: ['provide_compute', 'platform_security'],
  recipients: [],
  retention: { period: 'P90D', from: 'revokedAt' },
  order: 'createdAt',
  columns: {
    id: { kind: 'technical', label: 'Key id' },
    subjectId: { kind: 'technical', label: 'Account id' },
    label: { kind: 'personal', label: 'Name', category: 'user.content.private', storage: 'sealed' },
    fingerprint: {
      kind: 'personal',
      label: 'Fingerprint',
      category: 'user.unique_id',
      source: 'derived',
    },
    createdAt: {
      kind: 'personal',
      label: 'Added',
      category: 'user.authorization',
      source: 'observed',
      mask: 'shown',
    },
    lastUsedAt: {
      kind: 'personal',
      label: 'Last used',
      category: 'user.authorization',
      source: 'observed',
      mask: 'shown',
    },
    revokedAt: {
      kind: 'personal',
      label: 'Revoked',
      category: 'user.authorization',
      source: 'observed',
      mask: 'shown',
    },
  },
});

export const apiKey = pgTable(
  'api_key',
  {
    id: uuid('id').primaryKey(),
    subjectId: subjectId(),
    label: sealed('label').notNull(),
    lastFour: text('last_four').notNull(),
    keyHash: text('key_hash').notNull(),
    createdAt: moment('created_at').notNull(),
    lastUsedAt: moment('last_used_at'),
    revokedAt: moment('revoked_at'),
  },
  (t) => [index('api_key_subject').on(t.subjectId)],
);

export const apiKeyEntry = erasedWithSubject(apiKey, {
  title: 'API keys',
  about: 'Keys your programs use. We keep a hash, never the key.',
  section: 'usage',
  subject: 'subjectId',
  source: 'given',
  purposes: ['provide_compute', 'platform_security'],
  recipients: [],
  retention: { period: 'P90D', from: 'revokedAt' },
  order: 'createdAt',
  columns: {
    id: { kind: 'technical', label: 'Key id' },
    subjectId: { kind: 'technical', label: 'Account id' },
    label: { kind: 'personal', label: 'Name', category: 'user.content.private', storage: 'sealed' },
    lastFour: {
      kind: 'personal',
      label: 'Ends in',
      category: 'user.authorization.credentials',
      source: 'derived',
      mask: 'shown',
    },
    keyHash: { kind: 'secret', label: 'Key, hashed' },
    createdAt: {
      kind: 'personal',
      label: 'Added',
      category: 'user.authorization',
      source: 'observed',
      mask: 'shown',
    },
    lastUsedAt: {
      kind: 'personal',
      label: 'Last used',
      category: 'user.authorization',
      source: 'observed',
      mask: 'shown',
    },
    revokedAt: {
      kind: 'personal',
      label: 'Revoked',
      category: 'user.authorization',
      source: 'observed',
      mask: 'shown',
    },
  },
});
