import { Button } from '@mantine/core';
import { IconRosetteDiscountCheck, IconRosette } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { Popover } from '@/lib/layers/overlays';
import { sealQuery } from './api/audit';
import classes from './seal-badge.module.css';

/** Shows up to where the log is sealed, and explains it on click. */
export function SealBadge() {
  const { t } = useTranslation('audit');
  const formats = useFormats();
  const { data } = useQuery(sealQuery);
  if (!data) return null;
  const { sealedUpTo, sealedAt, seals, keyId, unsealed } = data;
  const waiting = `${formats.number(unsealed.value)}${unsealed.capped ? '+' : ''}`;
  return (
    <Popover width={360} position="bottom-end" shadow="md" withArrow>
      <Popover.Target>
        <Button
          size="xs"
          variant="subtle"
          leftSection={
            sealedUpTo ? (
              <IconRosetteDiscountCheck size={16} aria-hidden />
            ) : (
              <IconRosette size={16} aria-hidden />
            )
          }
        >
          {sealedUpTo ? t('seal.upTo', { at: formats.ago(sealedUpTo) }) : t('seal.none')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={classes['panel']}>
        <p className={classes['text']}>{t('seal.text')}</p>
        <dl className={classes['facts']}>
          <dt>{t('seal.lastEvent')}</dt>
          <dd className="pl-num">{sealedUpTo ? formats.dateTime(sealedUpTo) : '–'}</dd>
          <dt>{t('seal.lastSeal')}</dt>
          <dd className="pl-num">{sealedAt ? formats.dateTime(sealedAt) : '–'}</dd>
          <dt>{t('seal.seals')}</dt>
          <dd className="pl-num">{formats.number(seals)}</dd>
          <dt>{t('seal.waiting')}</dt>
          <dd className="pl-num">{waiting}</dd>
          {keyId ? (
            <>
              <dt>{t('seal.key')}</dt>
              <dd className={classes['code']}>{keyId}</dd>
            </>
          ) : null}
        </dl>
        <p className={classes['text']}>
          {t('seal.verify')} <code className={classes['code']}>npm run audit:verify</code>
        </p>
      </Popover.Dropdown>
    </Popover>
  );
}
