//! HDR brought to what ordinary screens show. Left as it is, it looks pale: white is drawn as a light grey.

use super::probe::VideoTrack;

/// The values are those of ffmpeg's documentation of `tonemap`.
const TONE_MAP: &str = "zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv";

/// The filters that it takes and that not every build of ffmpeg has.
pub const NEEDED: [&str; 2] = ["zscale", "tonemap"];

/// What `zscale` converts from. It gives up a picture of anything else, and one that does not tell.
const PRIMARIES: [&str; 6] = ["bt2020", "bt709", "smpte432", "smpte431", "smpte170m", "bt470bg"];
const MATRICES: [&str; 5] = ["bt2020nc", "bt709", "smpte170m", "bt470bg", "ictcp"];

/// The filters that do it; none for a picture that is not HDR. They come before the last change of format.
pub fn filters(video: &VideoTrack) -> Option<String> {
    let primaries = known(&video.primaries, &PRIMARIES);
    let matrix = known(&video.matrix, &MATRICES);
    video.hdr.then(|| format!("setparams=color_primaries={primaries}:colorspace={matrix},{TONE_MAP}"))
}

/// The first where it is none of them: HDR is nearly always BT.2020 (ITU-R BT.2100 knows no other).
fn known<'a>(told: &str, names: &[&'a str]) -> &'a str {
    names.iter().find(|name| **name == told).unwrap_or(&names[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_that_are_not_told_are_taken_to_be_those_of_hdr() {
        let of = |primaries: &str, matrix: &str| {
            let track = VideoTrack { hdr: true, primaries: primaries.into(), matrix: matrix.into(), ..VideoTrack::default() };
            filters(&track).unwrap()
        };
        assert!(of("", "").starts_with("setparams=color_primaries=bt2020:colorspace=bt2020nc,zscale=t=linear"));
        assert!(of("unknown", "bt2020c").starts_with("setparams=color_primaries=bt2020:colorspace=bt2020nc,"));
        assert!(of("smpte432", "ictcp").starts_with("setparams=color_primaries=smpte432:colorspace=ictcp,"));
    }

    #[test]
    fn an_ordinary_picture_is_left_as_it_is() {
        assert_eq!(filters(&VideoTrack::default()), None);
    }
}
