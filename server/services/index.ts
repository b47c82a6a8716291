/** What the package for services exports: the typed client and the shapes it speaks in. */

export { PortalRefusal, PortalUnreachable } from './client/errors.ts';
export type { ServiceKey } from './client/sign.ts';
export {
  type CallOptions,
  createPortalClient,
  type PortalClient,
  type PortalClientOptions,
} from './client.ts';
export type { InputOf, OutputOf, Scope } from './contract/index.ts';
export { contract } from './contract/index.ts';
export type { ServicePurpose } from './contract/purpose.ts';
export type { RowAnswer, RowRefusal } from './contract/report.ts';
export type {
  AnswerInput,
  FailureCode,
  HandedTask,
  PersonAtHolder,
  RefusalReason,
  TaskResult,
} from './contract/tasks.ts';
export { type HolderClient, type HolderOptions, runHolder } from './holder.ts';
export { type PortDescription, PortRefusal, type SubjectPort } from './port.ts';
export { portProblems } from './port-kit.ts';
