import { useTranslation } from 'react-i18next';
import type { useMissingGrouping } from '@/records/access/grouping';
import { WhyLink } from '@/records/access/why-button';
import classes from './home-page.module.css';

/** Explains why there are no pipeline figures. */
export default function GroupingNote({ missing }: { missing: ReturnType<typeof useMissingGrouping> }) {
  const { t, i18n } = useTranslation('home');
  const list = new Intl.ListFormat(i18n.language, { type: 'disjunction' });
  const what = list.format(missing.map((key) => t(`grouping.${key}`)));
  return (
    <section className="pl-card" aria-labelledby="grouping-title">
      <header className={classes['cardHeader']}>
        <h2 id="grouping-title">{t('grouping.title')}</h2>
      </header>
      <p className={classes['note']}>
        {t('grouping.text', { what })}{' '}
        <WhyLink label={what} question={{ object: missing[0] ?? 'stage', action: 'read' }} />
      </p>
    </section>
  );
}
