import { Global, Module } from '@nestjs/common';
import { CONFIG, type Config } from '../config/index.js';
import { FILE_STORAGE } from './file-storage.js';
import { LocalFileStorage } from './local-file-storage.js';
import { s3PlaceOf } from './s3-place.js';
import { SealedFiles } from './sealed-files.js';

/** Provides file storage: an S3 bucket if one is configured, else the local disk. Needs CONFIG and the CryptoModule. */
@Global()
@Module({
  providers: [
    {
      provide: FILE_STORAGE,
      inject: [CONFIG],
      useFactory: async (config: Config) => {
        const place = s3PlaceOf(config);
        if (!place) return new LocalFileStorage(config.PELLUCID_DATA_DIR);
        // Loaded on demand: the client is large, and most installations have no bucket.
        const { S3FileStorage } = await import('./s3-file-storage.js');
        return new S3FileStorage(place);
      },
    },
    SealedFiles,
  ],
  exports: [FILE_STORAGE, SealedFiles],
})
export class StorageModule {}
