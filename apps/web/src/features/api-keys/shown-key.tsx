import { Alert, Button, CopyButton, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconCopy } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { API_ROOT } from '@/lib/api-root';
import classes from './api-keys.module.css';

interface CopiedTextProps {
  label: string;
  /** Name of the button for screen readers. */
  copyLabel: string;
  text: string;
  hasFocus?: boolean;
}

function CopiedText({ label, copyLabel, text, hasFocus }: CopiedTextProps) {
  const { t } = useTranslation('api-keys');
  return (
    <div>
      <Text size="sm" fw={500} mb={4}>
        {label}
      </Text>
      <div className={classes['copied']}>
        <code className={classes['code']}>{text}</code>
        <CopyButton value={text} timeout={2500}>
          {({ copied, copy }) => (
            <Button
              size="xs"
              variant={hasFocus ? 'filled' : 'default'}
              data-autofocus={hasFocus || undefined}
              aria-label={copied ? undefined : copyLabel}
              leftSection={copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
              onClick={copy}
            >
              {copied ? t('shown.copied') : t('shown.copy')}
            </Button>
          )}
        </CopyButton>
      </div>
    </div>
  );
}

/** Shows the key once, and how to send it. */
export function ShownKey({ text, onDone }: { text: string; onDone: () => void }) {
  const { t } = useTranslation('api-keys');
  const curl = `curl -H "Authorization: Bearer ${text}" \\\n  "${window.location.origin}${API_ROOT}/accounts?limit=5"`;
  return (
    <Stack gap="md">
      <Alert
        color="yellow"
        variant="light"
        classNames={{ title: classes['warning'] }}
        icon={<IconAlertTriangle size={18} />}
        title={t('shown.title')}
      >
        {t('shown.text')}
      </Alert>
      <CopiedText hasFocus label={t('shown.key')} copyLabel={t('shown.copyKey')} text={text} />
      <CopiedText label={t('shown.example')} copyLabel={t('shown.copyExample')} text={curl} />
      <Text size="xs" c="dimmed">
        {t('shown.header')}
      </Text>
      <Button ml="auto" variant="default" onClick={onDone}>
        {t('shown.done')}
      </Button>
    </Stack>
  );
}
