import { useState } from 'react';
import { FormattedMessage } from 'react-intl';
import { Button, type ButtonLook } from './button.tsx';
import { uiText } from './messages.ts';
import { Row, Small } from './text.tsx';

type CopyButtonProps = {
  text: string;
  /** Read aloud after "Copy": "recovery codes". */
  hiddenName: string;
  look?: ButtonLook;
};

/** Copies a text and says whether the browser allowed it. */
export function CopyButton({ text, hiddenName, look = 'plain' }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<'copied' | 'copyFailed' | null>(null);
  return (
    <Row>
      <Button
        look={look}
        hiddenName={hiddenName}
        onClick={() =>
          navigator.clipboard.writeText(text).then(
            () => setOutcome('copied'),
            () => setOutcome('copyFailed'),
          )
        }
      >
        <FormattedMessage {...uiText.copy} />
      </Button>
      <span role="status">
        {outcome && (
          <Small>
            <FormattedMessage {...uiText[outcome]} />
          </Small>
        )}
      </span>
    </Row>
  );
}
