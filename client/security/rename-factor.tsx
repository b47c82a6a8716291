import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { trpc } from '../lib/trpc.ts';
import { Button } from '../ui/button.tsx';
import { Form } from '../ui/form.tsx';
import { uiText } from '../ui/messages.ts';
import { TaskPanel } from '../ui/task-panel.tsx';
import { TextField } from '../ui/text-field.tsx';
import type { TaskProps } from './change-password.tsx';

const text = defineMessages({
  title: { id: 'renameFactor.title', defaultMessage: 'Rename {name}' },
  name: { id: 'renameFactor.name', defaultMessage: 'Name' },
  missing: { id: 'renameFactor.missing', defaultMessage: 'Enter a name.' },
  submit: { id: 'renameFactor.submit', defaultMessage: 'Rename' },
  done: { id: 'renameFactor.done', defaultMessage: 'It is called {name} now.' },
});

const NAME_MAX = 60;

type RenameFactorProps = TaskProps & { id: string; name: string };

/** Another name for a passkey or an app; what it opens stays as it is. */
export function RenameFactor({ id, name, onDone, onCancel }: RenameFactorProps) {
  const intl = useIntl();
  const rename = trpc.auth.renameFactor.useMutation();
  return (
    <TaskPanel title={intl.formatMessage(text.title, { name })}>
      <Form
        submit={intl.formatMessage(text.submit)}
        actions={<Button onClick={onCancel}>{intl.formatMessage(uiText.cancel)}</Button>}
        check={(values) => ({ name: !values.name?.trim() && intl.formatMessage(text.missing) })}
        onSubmit={async (values) => {
          const next = values.name?.trim() ?? '';
          await rename.mutateAsync({ id, name: next });
          onDone(intl.formatMessage(text.done, { name: next }));
        }}
      >
        <TextField
          name="name"
          label={intl.formatMessage(text.name)}
          defaultValue={name}
          maxLength={NAME_MAX}
          autoComplete="off"
        />
      </Form>
    </TaskPanel>
  );
}
