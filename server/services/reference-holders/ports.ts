import { join } from 'node:path';
import type { SeedHolderId } from '../../../db/seed/personas.ts';
import type { SubjectPort } from '../port.ts';
import { paylanePort } from './paylane.ts';
import { tallymetricPort } from './tallymetric.ts';

/** Every reference holder with its port; one that is seeded and has none does not compile. */
export const referencePorts = {
  paylane: paylanePort,
  tallymetric: tallymetricPort,
} satisfies Record<SeedHolderId, (dir: string, clock?: () => Date) => SubjectPort>;

/** Where a reference holder keeps its own data: nothing of the portal reads there. */
export function holderDir(dataDir: string, id: SeedHolderId): string {
  return join(dataDir, 'holders', id);
}

export function isReferenceHolder(id: string): id is SeedHolderId {
  return Object.hasOwn(referencePorts, id);
}
