import type { gpuSession, volume } from '../schema/usage.ts';
import type { Person, World } from './people.ts';
import { gpuTypes } from './price-list.ts';
import { daysAfter, later, monthStart, type Random } from './random.ts';

export type SessionRow = typeof gpuSession.$inferSelect;
type DataCentre = SessionRow['dataCentre'];

const LONGEST_SECONDS = 40 * 3600;
const IMAGES = [
  'pytorch:2.6-cuda12',
  'tensorflow:2.18',
  'jax:0.5',
  'vllm:0.9',
  'blender:4.4',
  'jupyterlab:4.3',
  'ubuntu:24.04',
];
const SERVICE_CLASSES = ['guaranteed', 'burstable', 'best effort'];
const VOLUME_LABELS = ['datasets', 'checkpoints', 'scratch', 'models', 'renders', 'archive 2025'];

/** The sessions of one person, oldest first. Those that would end after `now` are still running. */
export function sessionRows(world: World, person: Person): SessionRow[] {
  const random = world.random(`sessions/${person.subjectId}`);
  const machine = {
    centre: homeCentre(person, random),
    types: [random.pick(gpuTypes), random.pick(gpuTypes)],
  };
  const images = [...IMAGES, ...privateImages(person)];
  const first = later(world.launch, daysAfter(person.createdAt, 0.02));
  const starts = Array.from({ length: person.sessions }, () =>
    random.moment(first, world.now).getTime(),
  ).sort((a, b) => a - b);
  return starts.map((start) => {
    const startedAt = new Date(start);
    const planned = Math.round(Math.min(LONGEST_SECONDS, Math.max(40, random.skewed(2_400, 1.2))));
    const ends = new Date(start + planned * 1000);
    const endedAt = ends > world.now ? null : ends;
    const seconds = endedAt ? planned : Math.floor((world.now.getTime() - start) / 1000);
    const gpus = gpusOf(random, machine.types);
    const work = Math.max(1, gpus.gpuCount);
    return {
      id: random.id(startedAt),
      subjectId: person.subjectId,
      ...gpus,
      cpuMilli: random.int(2, 12) * 1_000 * work,
      memoryMib: random.int(2, 32) * 2_048 * work,
      dataCentre: random.chance(0.9) ? machine.centre : otherCentre(machine.centre),
      image: random.pick(images),
      qualityOfService: random.pick(SERVICE_CLASSES),
      startedAt,
      endedAt,
      gpuSeconds: Math.round((seconds * gpus.gpuCount * gpus.milliGpu) / 1000),
      bytesIn: Math.round(random.skewed(4e8, 1.5)),
      bytesOut: Math.round(random.skewed(9e7, 1.5)),
      sourceSystem: 'scheduler',
      sourceKey: `run-${random.hex(12)}`,
    };
  });
}

/** Disks of one person; removed ones only while they are still listed (90 days). */
export function volumeRows(
  world: World,
  person: Person,
  labels?: readonly string[],
): (typeof volume.$inferInsert)[] {
  if (person.sessions === 0) return [];
  const random = world.random(`volumes/${person.subjectId}`);
  const names = labels ?? VOLUME_LABELS.slice(0, random.int(1, 4));
  return names.map((label, index) => {
    const createdAt = random.moment(person.createdAt, daysAfter(world.now, -10));
    const removedAt =
      index > 0 && random.chance(0.2)
        ? random.moment(later(createdAt, monthStart(world.now, -1)), world.now)
        : null;
    return {
      id: random.id(createdAt),
      subjectId: person.subjectId,
      label: world.vault.seal(person.key, 'volume.label', label),
      sizeGib: random.pick([50, 100, 250, 500, 1_000, 2_000]),
      dataCentre: homeCentre(person, random),
      createdAt,
      removedAt,
    };
  });
}

function gpusOf(
  random: Random,
  types: readonly string[],
): Pick<SessionRow, 'gpuType' | 'gpuCount' | 'milliGpu'> {
  if (random.chance(0.12)) return { gpuType: null, gpuCount: 0, milliGpu: 0 };
  const gpuCount = random.pick([1, 1, 1, 1, 1, 1, 1, 2, 4, 8]);
  const milliGpu = gpuCount === 1 && random.chance(0.25) ? random.pick([250, 500]) : 1_000;
  return { gpuType: random.pick(types), gpuCount, milliGpu };
}

function homeCentre(person: Person, random: Random): DataCentre {
  const american = person.country.code === 'US' || person.country.code === 'CA';
  return american !== random.chance(0.05) ? 'oregon' : 'frankfurt';
}

function otherCentre(centre: DataCentre): DataCentre {
  return centre === 'oregon' ? 'frankfurt' : 'oregon';
}

/** Image names are chosen by people and say who they are. */
function privateImages(person: Person): string[] {
  const local = person.email.split('@')[0] ?? '';
  if (person.persona === 'customer') {
    return ['corpus', 'align', 'tts-voice', 'eval', 'notebook'].map(
      (name) => `registry.example.com/${local}/${name}:3`,
    );
  }
  return person.company ? [`registry.example.net/${local}/train:1`] : [];
}
