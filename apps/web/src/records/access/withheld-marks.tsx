import { IconEyeClosed, IconEyeOff, IconLock } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './withheld-marks.module.css';

/** A masked value with its mark; without a value only the mark, since whether there is one is withheld too. */
export function MaskedValue({ children, label }: { children?: ReactNode; label?: string }) {
  const { t } = useTranslation('records');
  return (
    <span className={classes['masked']} title={t('access.masked')}>
      {children ?? (
        <span className={classes['quiet']}>
          {label ? t('access.maskedField', { field: label }) : t('access.maskedValue')}
        </span>
      )}
      <IconEyeClosed size={14} aria-hidden className={classes['icon']} />
      <span className={classes['reader']}>{t('access.masked')}</span>
    </span>
  );
}

/** Stands where a hidden value would: nothing of it is known here, not even whether there is one. */
export function HiddenChip() {
  const { t } = useTranslation('records');
  return (
    <span className={classes['chip']} title={t('access.hidden')}>
      <IconEyeOff size={12} aria-hidden />
      {t('access.hiddenValue')}
      <span className={classes['reader']}>{t('access.hidden')}</span>
    </span>
  );
}

/** Stands for a record that is referred to and that this person may not see. */
export function NotVisible() {
  const { t } = useTranslation('records');
  return (
    <span className={classes['masked']} title={t('access.notVisibleText')}>
      <IconLock size={13} aria-hidden className={classes['icon']} />
      <span className={`pl-truncate ${classes['quiet']}`}>{t('access.notVisible')}</span>
    </span>
  );
}
