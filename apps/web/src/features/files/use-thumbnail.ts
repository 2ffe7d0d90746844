import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { type FileRecord, thumbnailQuery } from './api/files';
import { isPicture } from './file-kinds';

/** Returns an address of the thumbnail of a picture; undefined if there is none (yet). */
export function useThumbnail({ id, mediaType, scan }: FileRecord): string | undefined {
  const isShown = isPicture(mediaType) && scan !== 'pending' && scan !== 'infected';
  const { data } = useQuery({ ...thumbnailQuery(id), enabled: isShown });
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!data) return;
    const made = URL.createObjectURL(data);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [data]);
  return data ? url : undefined;
}
