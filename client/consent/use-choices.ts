import { type Inputs, trpc } from '../lib/trpc.ts';

export type Choice = Inputs['consent']['set'];

/** Saving a choice: shown at once, taken back when the server refuses. */
export function useChoices() {
  const utils = trpc.useUtils();
  const settled = () => utils.consent.communication.invalidate();

  const set = trpc.consent.set.useMutation({
    onMutate: async (choice) => {
      await utils.consent.communication.cancel();
      const before = utils.consent.communication.getData({});
      utils.consent.communication.setData(
        {},
        (known) =>
          known && {
            ...known,
            choices: known.choices.map((one) =>
              one.topic === choice.topic && one.channel === choice.channel
                ? { ...one, granted: choice.granted }
                : one,
            ),
          },
      );
      return { before };
    },
    onError: (_error, _choice, context) => utils.consent.communication.setData({}, context?.before),
    onSettled: settled,
  });
  const stopAll = trpc.consent.stopAll.useMutation({ onSettled: settled });
  return { set, stopAll };
}
