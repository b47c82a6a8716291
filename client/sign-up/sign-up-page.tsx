import { useState } from 'react';
import { AgeStep } from './age-step.tsx';
import { LetterSent } from './letter-sent.tsx';
import { NoAccount } from './no-account.tsx';
import { WhoStep } from './who-step.tsx';

type Step = { at: 'age' | 'stopped' } | { at: 'who'; ticket: string } | { at: 'sent'; to: string };

/** From one question to a letter. What was answered is kept nowhere but in this page. */
export default function SignUpPage() {
  const [step, setStep] = useState<Step>({ at: 'age' });
  switch (step.at) {
    case 'age':
      return (
        <AgeStep
          onAnswer={(ticket) =>
            setStep(ticket === null ? { at: 'stopped' } : { at: 'who', ticket })
          }
        />
      );
    case 'stopped':
      return <NoAccount />;
    case 'who':
      return (
        <WhoStep
          ticket={step.ticket}
          onSent={(to) => setStep({ at: 'sent', to })}
          onStopped={() => setStep({ at: 'stopped' })}
        />
      );
    case 'sent':
      return <LetterSent to={step.to} onAgain={() => setStep({ at: 'age' })} />;
  }
}
