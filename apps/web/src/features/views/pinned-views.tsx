import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useObjects } from '@/records/api/describe-objects';
import { iconOf } from '@/records/object-presentation';
import { pinnedViewsQuery } from '@/records/views/saved-views';
import type { NavPartProps } from '@/app/feature.types';

/** The views in the user's navigation. */
export default function PinnedViews({ Section, classes }: NavPartProps) {
  const { t } = useTranslation('views');
  const objects = useObjects();
  const { data } = useQuery(pinnedViewsQuery);
  const { view: shown } = useSearch({ strict: false }) as { view?: string };
  if (!data?.length) return null;
  return (
    <Section title={t('pinned')}>
      {data.map(({ id, object, name }) => {
        const described = objects.find(({ key }) => key === object);
        if (!described) return null;
        const Icon = iconOf(described);
        return (
          <li key={id}>
            <Link
              to={described.path}
              search={{ view: id } as never}
              className={classes['link']}
              data-active={id === shown || undefined}
              aria-current={id === shown ? 'page' : undefined}
            >
              <Icon size={17} aria-hidden className={classes['icon']} />
              <span className="pl-truncate">{name}</span>
            </Link>
          </li>
        );
      })}
    </Section>
  );
}
