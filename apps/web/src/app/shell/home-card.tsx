import { Link } from '@tanstack/react-router';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './home-card.module.css';

/** A block of the home page: a card with a title, and a link to all that it shows the first of. */
export function HomeCard({
  title,
  all,
  children,
}: {
  title: string;
  /** Where all of it is, if there is more than the card shows. */
  all?: { to: string; search?: object; label?: string } | undefined;
  children: ReactNode;
}) {
  const { t } = useTranslation('home');
  const id = useId();
  return (
    <section className="pl-card" aria-labelledby={id}>
      <header className={classes['header']}>
        <h2 id={id}>{title}</h2>
        {all ? (
          <Link to={all.to} search={(all.search ?? {}) as never}>
            {all.label ?? t('seeAll')}
          </Link>
        ) : null}
      </header>
      {children}
    </section>
  );
}
