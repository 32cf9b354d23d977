//! The S3 operations that are supported, each handed to one method of the store. s3s answers all others with 501.

use s3s::{S3, S3Request, S3Response, S3Result, dto::*};

use super::{
    EmbeddedStore, durable,
    error::{blocking, on_write},
};

#[async_trait::async_trait]
impl S3 for EmbeddedStore {
    /// Creating the bucket that is there succeeds, as in S3's first region.
    async fn create_bucket(&self, r: S3Request<CreateBucketInput>) -> S3Result<S3Response<CreateBucketOutput>> {
        let dir = self.layout.bucket(&r.input.bucket);
        blocking(move || durable::create_dirs(&dir).map_err(on_write)).await?;
        Ok(S3Response::new(CreateBucketOutput::default()))
    }

    async fn head_bucket(&self, r: S3Request<HeadBucketInput>) -> S3Result<S3Response<HeadBucketOutput>> {
        let store = self.clone();
        blocking(move || store.existing_bucket(&r.input.bucket)).await?;
        Ok(S3Response::new(HeadBucketOutput::default()))
    }

    async fn put_object(&self, r: S3Request<PutObjectInput>) -> S3Result<S3Response<PutObjectOutput>> {
        self.put(r.input).await.map(S3Response::new)
    }

    async fn get_object(&self, r: S3Request<GetObjectInput>) -> S3Result<S3Response<GetObjectOutput>> {
        self.get(r.input, r.headers).await.map(S3Response::new)
    }

    async fn head_object(&self, r: S3Request<HeadObjectInput>) -> S3Result<S3Response<HeadObjectOutput>> {
        self.head(r.input).await.map(S3Response::new)
    }

    async fn copy_object(&self, r: S3Request<CopyObjectInput>) -> S3Result<S3Response<CopyObjectOutput>> {
        self.copy(r.input).await.map(S3Response::new)
    }

    async fn delete_object(&self, r: S3Request<DeleteObjectInput>) -> S3Result<S3Response<DeleteObjectOutput>> {
        self.delete(r.input).await.map(S3Response::new)
    }

    async fn delete_objects(&self, r: S3Request<DeleteObjectsInput>) -> S3Result<S3Response<DeleteObjectsOutput>> {
        self.delete_many(r.input).await.map(S3Response::new)
    }

    async fn list_objects_v2(&self, r: S3Request<ListObjectsV2Input>) -> S3Result<S3Response<ListObjectsV2Output>> {
        self.list(r.input).await.map(S3Response::new)
    }

    async fn create_multipart_upload(&self, r: S3Request<CreateMultipartUploadInput>) -> S3Result<S3Response<CreateMultipartUploadOutput>> {
        self.create_upload(r.input).await.map(S3Response::new)
    }

    async fn upload_part(&self, r: S3Request<UploadPartInput>) -> S3Result<S3Response<UploadPartOutput>> {
        self.put_part(r.input).await.map(S3Response::new)
    }

    async fn list_parts(&self, r: S3Request<ListPartsInput>) -> S3Result<S3Response<ListPartsOutput>> {
        EmbeddedStore::list_parts(self, r.input).await.map(S3Response::new)
    }

    async fn list_multipart_uploads(&self, r: S3Request<ListMultipartUploadsInput>) -> S3Result<S3Response<ListMultipartUploadsOutput>> {
        self.list_uploads(r.input).await.map(S3Response::new)
    }

    async fn complete_multipart_upload(
        &self,
        r: S3Request<CompleteMultipartUploadInput>,
    ) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
        self.complete_upload(r.input).await.map(S3Response::new)
    }

    async fn abort_multipart_upload(&self, r: S3Request<AbortMultipartUploadInput>) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
        self.abort_upload(r.input).await.map(S3Response::new)
    }
}
