import { useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  lazy,
  type ReactNode,
  Suspense,
  useCallback,
  useContext,
  useEffect,
  useRef,
  useState,
} from 'react';
import { accountShown } from './account-shown.ts';
import { Cancelled } from './cancelled.ts';
import { onLeft } from './left.ts';
import { RefusedHere, refusalOf } from './refusal.ts';
import type { StepUpAct } from './step-up-act.ts';

/** Runs an act that needs a fresh second factor, asking for it when it is missing. */
export type WithStepUp = <T>(act: StepUpAct, run: () => Promise<T>) => Promise<T>;

type Question = { act: StepUpAct; resolve: () => void; reject: (reason: Error) => void };

const StepUpContext = createContext<WithStepUp | null>(null);
const StepUpDialog = lazy(() =>
  import('./step-up-dialog.tsx').then((module) => ({ default: module.StepUpDialog })),
);

/** @returns `withStepUp`; it rejects with Cancelled when the person closes the dialog */
export function useStepUp(): WithStepUp {
  const withStepUp = useContext(StepUpContext);
  if (!withStepUp) throw new Error('useStepUp needs StepUpProvider above it');
  return withStepUp;
}

/** Holds the one dialog that asks for a code, above all pages. */
export function StepUpProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [question, setQuestion] = useState<Question | null>(null);

  const ask = useCallback(
    (act: StepUpAct) =>
      new Promise<void>((resolve, reject) => setQuestion({ act, resolve, reject })).finally(() =>
        setQuestion(null),
      ),
    [],
  );

  /** A code was given for this one act, which was refused for another reason: the code still counts. */
  const unspent = useRef<StepUpAct | null>(null);

  // Whoever signs in next is asked for nothing that somebody else wanted, and proves nothing for them.
  useEffect(
    () =>
      onLeft(() => {
        unspent.current = null;
        question?.reject(new Cancelled());
      }),
    [question],
  );

  const withStepUp: WithStepUp = useCallback(
    async (act, run) => {
      const account = accountShown(queries);
      if (act === 'ordinary' || act === unspent.current) {
        try {
          const done = await run();
          unspent.current = null;
          return done;
        } catch (error) {
          if (refusalOf(error) !== 'STEP_UP_REQUIRED') throw error;
        }
      }
      await ask(act);
      // Somebody else signed in while the dialog was open: what was to be done was not theirs.
      if (accountShown(queries) !== account) throw new RefusedHere('OTHER_ACCOUNT');
      unspent.current = act;
      const done = await run();
      unspent.current = null;
      return done;
    },
    [ask, queries],
  );

  return (
    <StepUpContext value={withStepUp}>
      {children}
      {question && (
        <Suspense fallback={null}>
          <StepUpDialog
            act={question.act}
            onProved={question.resolve}
            onCancel={() => question.reject(new Cancelled())}
          />
        </Suspense>
      )}
    </StepUpContext>
  );
}
