import { useTranslation } from 'react-i18next';

/** Returns the name of a job or event handler in the user's language; its own name if the catalogue lacks it. */
export function useSourceName(): (source: string) => string {
  const { t, i18n } = useTranslation('jobs');
  return (source) => {
    // A dot in a key would lead into a group.
    const key = `sources.${source.replace('.', '_')}`;
    return i18n.exists(`jobs:${key}`) ? t(key) : source;
  };
}
