import { Button, Divider, Group, Stack, Text } from '@mantine/core';
import { Initials } from '@pellucid/ui';
import { IconArrowRight, IconCheck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useObject } from '@/records/api/describe-objects';
import { fieldOf, isReference, type RecordData, recordName } from '@/records/object-description';
import type { Converted } from './api/lead-steps';
import classes from './convert-dialog.module.css';

/** The records that the lead became, and the values that were moved to a description. */
export function ConversionResult({ converted, onClose }: { converted: Converted; onClose: () => void }) {
  const { t } = useTranslation('lead-conversion');
  const labels = {
    account: useObject('account'),
    contact: useObject('contact'),
    opportunity: useObject('opportunity'),
  };
  const links = (['account', 'contact', 'opportunity'] as const).flatMap((key) => {
    const record = converted[key];
    const object = labels[key];
    return record && isReference(record) && object ? [{ key, object, record }] : [];
  });
  return (
    <Stack gap="md">
      <Group gap="xs">
        <span className={classes['check']} aria-hidden>
          <IconCheck size={16} />
        </span>
        <Text size="sm" role="status">
          {t('doneText')}
        </Text>
      </Group>
      <div>
        {links.map(({ key, object, record }) => (
          <div key={key}>
            <Divider />
            <Link to={`${object.path}/${record.id}`} className={classes['link']} onClick={onClose}>
              <Initials name={record.name || object.label} size={28} isRound={key === 'contact'} />
              <span className={classes['linkText']}>
                <span className={classes['linkKind']}>{object.label}</span>
                <span className="pl-truncate">{recordName(object, record as unknown as RecordData)}</span>
              </span>
              <IconArrowRight size={16} aria-hidden />
            </Link>
          </div>
        ))}
      </div>
      {converted.notOffered.map(({ object, field, value, keptIn }) => {
        const target = object === 'account' ? labels.account : labels.opportunity;
        if (!target) return null;
        return (
          <Text key={object} size="sm" c="dimmed">
            {t(keptIn ? 'keptInDescription' : 'notCarried', {
              field: fieldOf(target, field)?.label ?? field,
              value,
              object: target.label,
            })}
          </Text>
        );
      })}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t('close')}
        </Button>
      </Group>
    </Stack>
  );
}
