import {
  IconFile,
  IconFileText,
  IconFileTypePdf,
  IconFileZip,
  IconMusic,
  IconPhoto,
  IconTable,
  IconVideo,
  type Icon as TablerIcon,
} from '@tabler/icons-react';
import type { FileRecord } from './api/files';
import classes from './files-panel.module.css';
import { useThumbnail } from './use-thumbnail';

/** Icons by the beginnings of media types. */
const ICONS: [RegExp, TablerIcon][] = [
  [/^image\//, IconPhoto],
  [/^video\//, IconVideo],
  [/^audio\//, IconMusic],
  [/pdf$/, IconFileTypePdf],
  [/spreadsheet|excel|csv/, IconTable],
  [/zip|tar|compressed|rar/, IconFileZip],
  [/^text\/|word|opendocument|rtf/, IconFileText],
];

/** Shows at a glance what a file is: its thumbnail if it is a picture, else its kind. */
export function FileMark({ file }: { file: FileRecord }) {
  const { mediaType } = file;
  const thumbnail = useThumbnail(file);
  const Icon = ICONS.find(([kind]) => kind.test(mediaType ?? ''))?.[1] ?? IconFile;
  return (
    <span className={classes['mark']} aria-hidden>
      {thumbnail ? <img src={thumbnail} alt="" /> : <Icon size={18} />}
    </span>
  );
}
