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

/** Shows at a glance what a file is. */
export function FileMark({ file: { mediaType } }: { file: Pick<FileRecord, 'mediaType'> }) {
  const Icon = ICONS.find(([kind]) => kind.test(mediaType ?? ''))?.[1] ?? IconFile;
  return (
    <span className={classes['mark']} aria-hidden>
      <Icon size={18} />
    </span>
  );
}
