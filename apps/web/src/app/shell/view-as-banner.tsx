import { Button } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { leaveView, viewedRole } from '@/lib/session/view-as';
import classes from './view-as-banner.module.css';

/** Shown above every page while an administrator views as a role: names the role and offers to leave the view. */
export function ViewAsBanner() {
  const { t } = useTranslation('app');
  const role = viewedRole();
  if (!role) return null;
  return (
    <section className={classes['banner']} aria-label={t('viewAs.title')}>
      <IconEye size={16} aria-hidden className={classes['icon']} />
      <span className={classes['text']}>
        {t('viewAs.as')} <strong>{role.name}</strong>{' '}
        <span className={classes['more']}>{t('viewAs.readOnly')}</span>
      </span>
      <Button size="compact-xs" className={classes['leave']} onClick={() => leaveView()}>
        {t('viewAs.leave')}
      </Button>
    </section>
  );
}
