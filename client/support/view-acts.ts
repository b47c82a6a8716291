import { type Outputs, trpc } from '../lib/trpc.ts';

export type OpenView = Outputs['supportViews']['open'][number];
export type OwnView = Outputs['supportViews']['list']['past'][number];

/** What a customer may do about a view of support; every page that shows it is told. */
export function useViewActs() {
  const utils = trpc.useUtils();
  const onSettled = () =>
    Promise.all([
      utils.supportViews.invalidate(),
      utils.audit.log.invalidate(),
      utils.overview.state.invalidate(),
      utils.auth.me.invalidate(),
    ]);
  return {
    end: trpc.supportViews.end.useMutation({ onSettled }),
    answer: trpc.supportViews.answer.useMutation({ onSettled }),
  };
}
