import { useTranslation } from 'react-i18next';
import type { Target } from './api/assignment';

/** Returns what says in words whom a rule gives leads to. In: names of people and teams by id. */
export function useTargetText(names: Record<string, string>): (target: Target) => string {
  const { t } = useTranslation('assignment');
  return (target) => {
    if (target.kind === 'member') return t('to.member', { name: names[target.member] ?? t('unknown') });
    const to =
      target.kind === 'team' ? t('to.team', { name: names[target.team] ?? t('unknown') }) : t('to.territory');
    const how = t(`methods.${target.method}.short`);
    return [to, how, ...(target.limit === undefined ? [] : [t('to.limit', { count: target.limit })])].join(
      ' · ',
    );
  };
}
