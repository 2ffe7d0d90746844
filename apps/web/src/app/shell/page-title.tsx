import type { ReactNode } from 'react';
import classes from './page-title.module.css';

/** A page's heading with its icon and the elements beside it. */
export function PageTitle({
  id,
  title,
  icon,
  children,
}: {
  id?: string;
  title: string;
  icon?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <div className={classes['title']}>
      {icon ? <span className={classes['icon']}>{icon}</span> : null}
      <h1 id={id} className={classes['text']}>
        {title}
      </h1>
      {children}
    </div>
  );
}
