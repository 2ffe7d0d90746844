import { IconEyeClosed, IconEyeOff, IconLock } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './withheld-marks.module.css';

/** A masked value with its mark. Without a value only the mark, since it is also withheld whether there is a value. */
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

/** Takes the place of a hidden value. Nothing is known of it here, not even whether it exists. */
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

/** Takes the place of a referenced record that the user may not view. */
export function NotVisible() {
  const { t } = useTranslation('records');
  return (
    <span className={classes['masked']} title={t('access.notVisibleText')}>
      <IconLock size={13} aria-hidden className={classes['icon']} />
      <span className={`pl-truncate ${classes['quiet']}`}>{t('access.notVisible')}</span>
    </span>
  );
}
