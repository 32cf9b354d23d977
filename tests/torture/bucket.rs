//! What the bucket holds, read past the program and past the fault proxy.

use aws_sdk_s3::{
    Client,
    config::{BehaviorVersion, Credentials, Region, RequestChecksumCalculation, ResponseChecksumValidation},
};
use notetaker::server::storage::Endpoint;
use std::collections::BTreeMap;

/// Key → bytes.
pub type Objects = BTreeMap<String, u64>;

pub struct Bucket {
    client: Client,
    name: String,
}

impl Bucket {
    pub fn new(endpoint: &Endpoint) -> Self {
        let config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(endpoint.internal.as_str().trim_end_matches('/'))
            .region(Region::new("auto"))
            .credentials_provider(Credentials::new(&endpoint.access_key, &endpoint.secret_key, None, None, "torture"))
            .force_path_style(true)
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .build();
        Self { client: Client::from_conf(config), name: endpoint.bucket.clone() }
    }

    pub async fn list(&self, prefix: &str) -> Result<Objects, String> {
        let mut pages = self.client.list_objects_v2().bucket(&self.name).prefix(prefix).into_paginator().send();
        let mut objects = Objects::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| format!("the bucket cannot be listed: {error:?}"))?;
            for object in page.contents() {
                objects.insert(object.key().unwrap_or_default().to_owned(), object.size().unwrap_or(0) as u64);
            }
        }
        Ok(objects)
    }

    pub async fn put(&self, key: &str, bytes: Vec<u8>) -> Result<(), String> {
        let put = self.client.put_object().bucket(&self.name).key(key).body(bytes.into());
        put.send().await.map(drop).map_err(|error| format!("{key} cannot be stored: {error:?}"))
    }

    pub async fn get(&self, key: &str) -> Result<Vec<u8>, String> {
        let got = self.client.get_object().bucket(&self.name).key(key).send().await;
        let got = got.map_err(|error| format!("{key} cannot be read: {error:?}"))?;
        Ok(got.body.collect().await.map_err(|error| format!("{key} broke off: {error}"))?.to_vec())
    }
}
