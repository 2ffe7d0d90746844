import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useObjects } from '@/records/api/describe-objects';
import { iconOf } from '@/records/object-presentation';
import { useRecentRecords } from '@/records/recent-records';
import classes from './home-page.module.css';

/** Records that the user last opened. */
export function RecentCard() {
  const { t } = useTranslation('home');
  const objects = useObjects();
  const recent = useRecentRecords()
    .flatMap((visit) => {
      const object = objects.find((candidate) => candidate.key === visit.object);
      return object ? [{ ...visit, object }] : [];
    })
    .slice(0, 6);
  return (
    <section className="pl-card" aria-labelledby="recent-title">
      <header className={classes['cardHeader']}>
        <h2 id="recent-title">{t('recent.title')}</h2>
      </header>
      {recent.length === 0 ? (
        <p className={classes['note']}>{t('recent.empty')}</p>
      ) : (
        <ul className={classes['rows']}>
          {recent.map(({ object, id, name }) => {
            const Icon = iconOf(object);
            return (
              <li key={id}>
                <Link to={`${object.path}/${id}`} className={classes['row']}>
                  <Icon size={15} aria-hidden style={{ color: 'var(--pl-text-2)', flex: 'none' }} />
                  <span className={classes['rowName']}>{name}</span>
                  <span className={classes['rowFact']}>{object.label}</span>
                </Link>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}
