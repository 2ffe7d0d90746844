import { UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** Shows how many inputs have an error, and links to the first. */
export function ProblemCount({ count, onFocusFirst }: { count: number; onFocusFirst: () => void }) {
  const { t } = useTranslation('app');
  return (
    <div role="status" style={{ marginRight: 'auto' }}>
      {count > 0 ? (
        <UnstyledButton type="button" fz="sm" c="var(--pl-bad)" td="underline" onClick={onFocusFirst}>
          {t('formProblems', { count })}
        </UnstyledButton>
      ) : null}
    </div>
  );
}
