import { Global, Module } from '@nestjs/common';
import { CONFIG, type Config } from '../config/index.js';
import { FILE_STORAGE } from './file-storage.js';
import { LocalFileStorage } from './local-file-storage.js';
import { SealedFiles } from './sealed-files.js';

/** Provides file storage. Needs CONFIG and the CryptoModule. */
@Global()
@Module({
  providers: [
    {
      provide: FILE_STORAGE,
      inject: [CONFIG],
      useFactory: (config: Config) => new LocalFileStorage(config.PELLUCID_DATA_DIR),
    },
    SealedFiles,
  ],
  exports: [FILE_STORAGE, SealedFiles],
})
export class StorageModule {}
