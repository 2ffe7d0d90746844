import { Global, Module } from '@nestjs/common';
import { CONFIG, type Config } from '../config/index.js';
import { FILE_STORAGE } from './file-storage.js';
import { LocalFileStorage } from './local-file-storage.js';

/** Stored files for every module. Needs CONFIG. */
@Global()
@Module({
  providers: [
    {
      provide: FILE_STORAGE,
      inject: [CONFIG],
      useFactory: (config: Config) => new LocalFileStorage(config.PELLUCID_DATA_DIR),
    },
  ],
  exports: [FILE_STORAGE],
})
export class StorageModule {}
