import { PasswordInput, type PasswordInputProps } from '@mantine/core';
import { IconCheck, IconCircle, IconX } from '@tabler/icons-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { type PasswordOwner, passwordHints, SHORTEST_PASSWORD } from './password-hints';
import classes from './password-rules.module.css';

type RuleState = 'open' | 'met' | 'broken';
const ICONS = { open: IconCircle, met: IconCheck, broken: IconX };

interface NewPasswordInputProps extends PasswordInputProps {
  /** The current text of the input. */
  typed: string;
  owner: PasswordOwner;
}

/** Input for a new password. It lists the requirements and shows which are met so far. */
export function NewPasswordInput({ typed, owner, ...input }: NewPasswordInputProps) {
  const { t } = useTranslation('app');
  const id = useId();
  const hints = passwordHints(typed, owner);
  const rules: [string, RuleState][] = [
    [
      t('password.length', { min: SHORTEST_PASSWORD, typed: hints.length }),
      hints.isLongEnough ? 'met' : 'open',
    ],
    [t('password.names'), typed === '' ? 'open' : hints.isMoreThanNames ? 'met' : 'broken'],
    [t('password.common'), 'open'],
  ];
  return (
    <div>
      <PasswordInput
        autoComplete="new-password"
        aria-describedby={id}
        visibilityToggleButtonProps={{ 'aria-label': t('password.show') }}
        {...input}
      />
      <ul id={id} className={classes['rules']} aria-label={t('password.rules')}>
        {rules.map(([text, state]) => {
          const Icon = ICONS[state];
          return (
            <li key={text} className={classes['rule']} data-state={state}>
              <Icon size={14} role="img" aria-label={t(`password.state.${state}`)} />
              <span>{text}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
