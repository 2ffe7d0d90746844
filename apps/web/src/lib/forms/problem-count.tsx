import { UnstyledButton } from '@mantine/core';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { focusFirstProblem } from './problem-focus';

/** Says beside the buttons of a form how many inputs hold a mistake, and leads to the first. */
export function ProblemCount({ count, form }: { count: number; form: RefObject<HTMLElement | null> }) {
  const { t } = useTranslation('app');
  return (
    <div role="status" style={{ marginRight: 'auto' }}>
      {count > 0 ? (
        <UnstyledButton
          type="button"
          fz="sm"
          c="var(--pl-bad)"
          td="underline"
          onClick={() => focusFirstProblem(() => form.current)}
        >
          {t('formProblems', { count })}
        </UnstyledButton>
      ) : null}
    </div>
  );
}
