import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { notify } from '@/lib/notify';
import { problemText } from '@/lib/problem-text';
import { setFollowing } from './api/follows';

/** A record as its follower knows it. */
export interface Followed {
  /** Key of the object. */
  object: string;
  id: string;
  name: string;
}

/** Follows records and stops following them, and says so. */
export function useFollow() {
  const { t } = useTranslation('follows');
  return useMutation({
    mutationFn: ({ object, id, isFollowing }: Followed & { isFollowing: boolean }) =>
      setFollowing(object, id, isFollowing),
    onSuccess: (_, { name, isFollowing }) =>
      notify({ message: t(isFollowing ? 'started' : 'stopped', { name }) }),
    onError: (error) => notify({ color: 'red', message: problemText(error) }),
  });
}
